import { expect, it } from 'vitest';
import { ReceiptsAwaited } from './receipts-awaited.ts';

// CPU of receipts that come after the round would be counted for nobody.
it('waits for the last receipt, wherever it comes from in the order', async () => {
  const receipts = new ReceiptsAwaited();
  receipts.expect('a');
  receipts.expect('b');
  receipts.receive({ messageId: 'b' });
  let came = false;
  const wait = async () => {
    await receipts.allCame();
    came = true;
  };
  const waiting = wait();
  await Promise.resolve();
  expect(came).toBe(false);
  receipts.receive({ messageId: 'a' });
  await waiting;
});

// A receipt may overtake the acknowledgement, and with it the wait.
it('does not wait for what came before', async () => {
  const receipts = new ReceiptsAwaited();
  receipts.expect('a');
  receipts.receive({ messageId: 'a' });
  await expect(receipts.allCame()).resolves.toBeUndefined();
});

// A run with fewer sessions than it says would show a figure that is too good.
it('fails when a session ended, before or while it is waited', async () => {
  const receipts = new ReceiptsAwaited();
  receipts.expect('a');
  const waiting = receipts.allCame();
  receipts.fail(new Error('a session ended'));
  await expect(waiting).rejects.toThrow('a session ended');
  await expect(receipts.allCame()).rejects.toThrow('a session ended');
});

it('takes no end for a failure once the sessions are closed', async () => {
  const receipts = new ReceiptsAwaited();
  receipts.expectEnds();
  receipts.fail(new Error('a session ended'));
  await expect(receipts.allCame()).resolves.toBeUndefined();
});
