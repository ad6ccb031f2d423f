import { type Guard, guardsOf } from '../guard.ts';

const route = 'apps/worker/test/route.test.ts';
const recovery = 'apps/worker/test/recover.test.ts';
const handOff = 'apps/worker/test/hand-off.test.ts';
const hearing = 'apps/worker/test/inbound.test.ts';
const whatsapp = 'apps/worker/test/whatsapp.test.ts';
const oneMessage = { file: 'apps/worker/test/one-message.test.ts' };
const oneDevice = { file: 'apps/worker/test/one-device.test.ts' };

/** What a worker does with its devices, and with what it hears. */
export const deviceGuards: readonly Guard[] = [
  ...guardsOf('apps/worker/src/worker-store.ts', oneMessage, [
    {
      id: 'worker.suspect-marked',
      without: 'a process that dies of a row alone leaves no trace',
      find: '      if (!(await isolateRow(db, row))) return undefined;\n',
      replace: '',
    },
    {
      id: 'worker.suspect-left',
      without: 'contents that kill are read beside those of others',
      find: '{ leaveFrom: suspectFrom }',
      replace: '{}',
    },
    {
      id: 'finish.repeated',
      without: 'a fact is lost when Postgres is away, and the message is sent again',
      find: 'if (!again) throw error;\n      await clock.sleep(finishRetry, giveUp);',
      replace: 'throw again ? error : error;',
    },
    {
      id: 'finish.awaited',
      without: 'a message whose answer this process holds is sent again',
      find: 'await pending.get(id)?.catch(() => {});',
      replace: '',
    },
  ]),
  ...guardsOf('apps/worker/src/receipts.ts', oneMessage, [
    {
      id: 'receipt.settles',
      without: 'a receipt settles nothing, and the message is sent again',
      find: 'if (!received?.isOpen || this.#inFlight.has(receipt.messageId)) return;',
      replace: 'if (received) return;\n    if (!received) return;',
      test: { file: recovery, name: 'a receipt that waits at the network is read first' },
      shieldedBy: {
        guards: ['recover.receipt-first'],
        why: 'recovery finds the time of its delivery stored, and settles it as well',
      },
    },
    {
      id: 'receipt.not-stored-told',
      without: 'a receipt that could not be stored is not told again by the network',
      find: "return 'not_stored';",
      replace: "return 'stored';",
    },
  ]),
  ...guardsOf('apps/worker/src/inbound.ts', { file: hearing }, [
    {
      id: 'veto.same-tick',
      without: 'a message leaves between the stop and its storing',
      find: "if (kind === 'opt_out') this.#vetoes.add(from);",
      replace: '',
    },
    {
      id: 'inbound.until-answered',
      without: 'a stop that is heard while Postgres is away is forgotten',
      find: '        if (!again) throw error;\n        if (error.code',
      replace: '        throw error;\n        if (error.code',
    },
    {
      id: 'inbound.bad-message-alone',
      without: 'one message that can not be stored keeps all behind it waiting',
      find: "      return 'not_stored';\n    }\n  }\n",
      replace: '      throw error;\n    }\n  }\n',
    },
  ]),
  ...guardsOf('apps/worker/src/redis-watch.ts', { file: handOff }, [
    {
      id: 'redis-watch.patience',
      without: 'every hiccup of Redis moves devices',
      find: ' && this.#clock.monotonic() - this.#downSince >= patience',
      replace: '',
      test: { file: handOff, name: 'Redis that answers again within the minute' },
    },
    {
      id: 'redis-watch.answers-again',
      without: 'two short outages count as one long one',
      find: 'if (answered) this.#downSince = undefined;\n    else',
      replace: 'if (answered) return;\n    else',
      test: { file: handOff, name: 'Redis that answers again within the minute' },
    },
  ]),
  ...guardsOf('apps/worker/src/hand-off.ts', { file: handOff }, [
    {
      id: 'hand-off.pace',
      without: 'a worker that joins takes half the fleet at once',
      find: 'if (!mayShed(load) || now - this.#shedAt < shedInterval) return undefined;',
      replace: 'if (!mayShed(load)) return undefined;',
      test: { file: 'apps/worker/src/hand-off.test.ts' },
    },
  ]),
  ...guardsOf(
    'apps/worker/src/hand-off.ts',
    { file: handOff, name: 'a worker cut off from Redis' },
    [
      {
        id: 'hand-off.taker-reaches-redis',
        without: 'an outage of Redis for everybody moves all devices',
        find: '(await this.#deps.findPeers()).filter(({ redisOk }) => redisOk)',
        replace: 'await this.#deps.findPeers()',
      },
    ],
  ),
  ...guardsOf('apps/worker/src/device-releases.ts', { file: handOff }, [
    {
      id: 'release.session-first',
      without: 'two live connections of one device replace each other',
      find: '    await this.#stop(worker);\n',
      replace: '    void this.#stop(worker);\n',
      test: oneDevice,
    },
    {
      id: 'release.successor',
      without: 'the fastest scanner takes all devices of a worker that stops',
      find: 'await this.#deps.claims.release([{ deviceId, epoch, successor }]);',
      replace: 'await this.#deps.claims.release([{ deviceId, epoch, successor: undefined }]);',
      test: oneDevice,
    },
  ]),
  ...guardsOf('apps/worker/src/device-state.ts', { file: 'apps/worker/src/device-state.test.ts' }, [
    {
      id: 'back-off.retry',
      without: 'devices wait for up to a minute when Redis is back',
      find: '    this.#retry.abort();\n',
      replace: '',
    },
  ]),
  ...guardsOf('apps/worker/src/worker-manager.ts', oneDevice, [
    {
      id: 'manager.fence-cuts',
      without: 'a fenced worker’s sessions stay open beside those of the new owners',
      find: '    for (const worker of this.#workers.all.values()) {\n      worker.terminate();\n      this.#workers.remove(worker);',
      replace:
        '    for (const worker of this.#workers.all.values()) {\n      this.#workers.remove(worker);',
    },
    {
      id: 'manager.lost-epoch',
      without: 'a device worker under an earlier claim goes on beside the new one',
      find: 'if (epochs.get(device) !== epoch || isFenced || isLeftOver)',
      replace: 'if (isFenced || isLeftOver)',
    },
    {
      id: 'manager.fenced-generation',
      without: 'a device whose worker can never pass the gate again stands still',
      find: 'if (epochs.get(device) !== epoch || isFenced || isLeftOver)',
      replace: 'if (epochs.get(device) !== epoch || isLeftOver)',
    },
    {
      id: 'manager.owned-but-idle',
      without: 'a claim whose answer was lost keeps its device from everybody',
      find: 'await this.#claim(orphaned.map(({ deviceId }) => deviceId));',
      replace: 'void orphaned;',
    },
  ]),
  ...guardsOf('apps/worker/src/health-check.ts', { file: handOff }, [
    {
      id: 'health.quarantine',
      without: 'a device that gets stuck is connected anew for ever',
      find: 'if (recent.length >= restartsMax) {',
      replace: 'if (recent.length < 0) {',
      test: { file: handOff, name: 'a device that gets stuck after five restarts' },
    },
    {
      id: 'health.stuck-send',
      without: 'a send that never ends stops its device for ever',
      find: 'if (reason) stuck.set(device, reason);',
      replace: 'void reason;',
      test: { file: route, name: 'a device worker whose send never ends' },
    },
  ]),
  ...guardsOf('apps/worker/src/connect-policy.ts', { file: whatsapp }, [
    {
      id: 'connect.ask-owner',
      without: 'a worker that lost the device replaces its new owner',
      find: "if (!(await state.refresh())) return 'lost';\n    const reason",
      replace: 'const reason',
      test: { file: whatsapp, name: 'that is the new owner' },
      shieldedBy: {
        guards: ['connect.ask-after-pause'],
        why: 'it asks once more after the pause',
      },
    },
    {
      id: 'connect.ask-after-pause',
      without: 'a worker that lost the device while it waited replaces its new owner',
      find: "return state.signal.aborted || (await state.refresh()) ? 'again' : 'lost';",
      replace: "return 'again';",
      test: { file: whatsapp, name: 'that is the new owner' },
      shieldedBy: {
        guards: ['connect.ask-owner'],
        why: 'it has asked before the pause',
      },
    },
  ]),
];
