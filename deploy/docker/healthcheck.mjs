// node healthcheck.mjs PORT [PATH]: ends with 0 when the process of this container answers there with 200.
const [port, path = '/healthz'] = process.argv.slice(2);
const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
  signal: AbortSignal.timeout(5_000),
});
process.exit(answer.ok ? 0 : 1);
