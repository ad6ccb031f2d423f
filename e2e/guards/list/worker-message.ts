import { type Guard, guardsOf } from '../guard.ts';

const route = 'apps/worker/test/route.test.ts';
const recovery = 'apps/worker/test/recover.test.ts';
const poison = 'apps/worker/test/poison.test.ts';
const isolating = { file: 'apps/worker/src/isolation.test.ts' };
const whatsapp = 'apps/worker/test/whatsapp.test.ts';
const oneMessage = { file: 'apps/worker/test/one-message.test.ts' };
const oneDevice = { file: 'apps/worker/test/one-device.test.ts' };

/** What a worker does on the way of a message. */
export const messageGuards: readonly Guard[] = [
  ...guardsOf('apps/worker/src/transmit.ts', oneMessage, [
    {
      id: 'transmit.unanswered-session',
      without:
        'the same is sent again and again over a line that hands nothing over, and all of it arrives when the line heals',
      find: "  if (result.kind === 'unconfirmed') await abandon(session);\n",
      replace: '',
      test: { file: 'apps/worker/test/one-device.test.ts', name: 'repeats what was not confirmed' },
    },
    {
      id: 'gate.trusted',
      without:
        'a worker that was fenced since begin writes the message, while another owner sends it too',
      find: "if (!heartbeat.isTrusted(context.claim.generation)) return 'fenced';",
      replace: '',
    },
    {
      id: 'gate.veto',
      without: 'somebody whose stop has just been heard is written to',
      find: "if (to !== undefined && inbound.vetoes(to)) return 'opted_out';",
      replace: '',
    },
    {
      id: 'gate.budget',
      without:
        'a message leaves long after it was decided, at a pace and to a person that may have changed',
      find: "if (clock.monotonic() - decidedAt > sendBudget) return 'budget_passed';",
      replace: '',
    },
    {
      id: 'transmit.finish',
      without: 'nothing is known to have been sent',
      find: 'await store.finish(toFinishRow({ ...transmission, attempt }, conclusion));',
      replace: '',
      test: { file: route, name: 'due rows leave in order' },
    },
    {
      id: 'transmit.account-stops',
      without: 'a refused account goes on with the next contact',
      find: "if (errorClass === 'account' && result.kind === 'rejected') {",
      replace: 'if (errorClass === undefined && result.kind === "rejected") {',
      test: { file: route, name: 'a refusal of the account stops the device' },
    },
    {
      id: 'transmit.paced',
      without: 'what is sent does not count for the pace',
      find: "if (result.kind === 'not_sent') pacer.drop(underway);",
      replace: 'if (result.kind !== undefined) pacer.drop(underway);',
      test: oneMessage,
    },
  ]),
  ...guardsOf('apps/worker/src/open-session.ts', oneDevice, [
    {
      id: 'open.owner',
      without: 'a worker whose claim was taken while it connected sends beside the new owner',
      find: 'if (now?.owner !== claim.worker || now.epoch !== claim.epoch) {',
      replace: 'if (now?.epoch !== claim.epoch) {',
    },
    {
      id: 'open.epoch',
      without: 'a session under an earlier claim stays open beside the new one',
      find: 'if (now?.owner !== claim.worker || now.epoch !== claim.epoch) {',
      replace: 'if (now?.owner !== claim.worker) {',
    },
    {
      id: 'open.gate',
      without: 'a fenced worker’s session answers the network on',
      find: "gate: () => (deps.heartbeat.isTrusted(claim.generation) ? undefined : 'fenced'),",
      replace: 'gate: () => undefined,',
    },
    {
      id: 'open.fence-cuts',
      without: 'a session that is just being opened survives a fence',
      find: "  signal.addEventListener('abort', cut);\n",
      replace: '',
    },
    {
      id: 'open.caught-up',
      without: 'a stop that waited at WhatsApp is read after the next message left',
      find: 'if (!(await caughtUp(session, deps, signal))) {',
      replace: 'if (false) {',
      test: { file: route, name: 'nothing is sent while the network has not handed over' },
    },
    {
      id: 'open.inbound-stored',
      without: 'a stop that is being stored does not stop the next message',
      find: 'const heard = [receipts.flushed(claim.deviceId), inbound.flushed(claim.deviceId)];',
      replace: 'const heard = [receipts.flushed(claim.deviceId)];',
    },
    {
      id: 'open.receipts-stored',
      without: 'what a receipt proves is sent again, because it is being stored',
      find: 'const heard = [receipts.flushed(claim.deviceId), inbound.flushed(claim.deviceId)];',
      replace: 'const heard = [inbound.flushed(claim.deviceId)];',
    },
  ]),
  ...guardsOf('apps/worker/src/recover.ts', { file: recovery }, [
    {
      id: 'recover.receipt-first',
      without: 'what a phone has shown is sent again',
      find: 'if (delivery.delivered) await settle(delivery, definition, { context, deps });\n    else if',
      replace: 'if',
      test: { file: recovery, name: 'a receipt that is stored settles it' },
    },
    {
      id: 'recover.own-answer',
      without: 'a message whose answer this process holds is sent again',
      find: '    await deps.store.finishing(delivery.sequenceContactId);\n    const definition',
      replace: '    const definition',
      test: oneMessage,
    },
    {
      id: 'recover.poison',
      without: 'a re-send that kills processes kills one after another',
      find: 'else if (isPoison(delivery)) await hold(delivery, { context, deps }, poison(delivery));\n    ',
      replace: '',
      test: oneMessage,
    },
    {
      id: 'recover.gap-wanted',
      without: 'a sequence that would rather have a gap repeats a message',
      find: "definition.onUncertain === 'hold' ||\n",
      replace: '',
      test: { file: recovery, name: 'the sequence would rather have a gap' },
    },
    {
      id: 'recover.body',
      without: 'an empty message is sent in the place of one whose text was erased',
      find: 'delivery.body === undefined ||\n',
      replace: '',
      test: oneMessage,
    },
    {
      id: 'recover.age',
      without: 'a message from the day before yesterday is sent once more, and looks new',
      find: 'delivery.age > resendAgeMax ||\n',
      replace: '',
      test: { file: recovery, name: 'it is held for an operator when' },
    },
    {
      id: 'recover.resends',
      without: 'a message whose answers are all lost is sent for ever',
      find: 'delivery.age > resendAgeMax ||\n    delivery.resends >= resendsMax',
      replace: 'delivery.age > resendAgeMax',
      test: { file: recovery, name: 'it is held for an operator when' },
    },
    {
      id: 'recover.paced',
      without: 'after a restart a device sends all that was open at once',
      find: "if (!(await waitForPace())) return 'open';\n",
      replace: '',
      test: oneMessage,
    },
    {
      id: 'recover.suspect-alone',
      without: 'a suspect takes its neighbours with it',
      find: 'const outcome = await (isSuspect ? isolation.alone(once) : isolation.among(once));',
      replace: 'const outcome = await (isSuspect ? once() : isolation.among(once));',
      test: oneMessage,
    },
    {
      id: 'recover.gone-on',
      without: 'a delivery whose row has gone on stays open for ever',
      find: "      await hold(delivery, { context, deps });\n      return 'settled';\n    case 'already_final':",
      replace: "      return 'settled';\n    case 'already_final':",
      test: oneMessage,
    },
    {
      id: 'recover.lost',
      without: 'a worker that lost the device recovers on',
      find: "    case 'not_mine':\n      return 'lost';",
      replace: "    case 'not_mine':\n      return 'settled';",
      test: oneMessage,
    },
  ]),
  ...guardsOf('apps/worker/src/session-turns.ts', { file: recovery }, [
    {
      id: 'turns.recover-first',
      without:
        'a new message overtakes one that may not have arrived, and a dead owner’s are never settled',
      find: '#mustRecover = true;\n  /** Monotonic ms; something',
      replace: '#mustRecover = false;\n  /** Monotonic ms; something',
      test: { file: recovery, name: 'without one, the same id and bytes are sent again' },
    },
    {
      id: 'turns.recover-after-unconfirmed',
      without: 'a new message overtakes one without an answer',
      find: "      case 'recover':\n        this.#mustRecover = true;\n        return 'go_on';",
      replace: "      case 'recover':\n        return 'go_on';",
      test: oneDevice,
      shieldedBy: {
        guards: ['transmit.unanswered-session'],
        why: 'the session ends with it, and the next one recovers first',
      },
    },
    {
      id: 'turns.recover-after-error',
      without: 'what a lost connection to Postgres left open is never settled',
      find: '        this.#mustRecover = true;\n        await this.#state.backOff(error);',
      replace: '        await this.#state.backOff(error);',
      test: oneDevice,
    },
    {
      id: 'turns.clear-hand',
      without: 'the jobs that a dead owner had in hand are lost for fifteen minutes',
      find: 'await deps.store.returnToIdle(await state.queue.clear(), state.inHand);',
      replace: '',
      test: { file: recovery, name: 'jobs that the dead owner had in hand' },
    },
    {
      id: 'turns.pace-before-fetch',
      without: 'decisions grow stale in the hands of a device that waits for its pace',
      find: "if (!(await state.pacePassed())) return 'go_on';",
      replace: '',
      test: oneDevice,
    },
    {
      id: 'turns.pace-before-next',
      without: 'a device that is worth its cap goes on with what follows',
      find: ' || !mayPass) return false;',
      replace: ' || mayPass === undefined) return false;',
      test: oneDevice,
    },
    {
      id: 'turns.pause-before-next',
      without: 'a device that is paused has the next message in its hand',
      find: '!context.device.maySend || !mayPass',
      replace: '!mayPass',
      test: oneDevice,
    },
    {
      id: 'turns.busy-goes-back',
      without: 'a row that somebody holds for long loses its job, and waits for the repair',
      find: "    await deps.store.returnToIdle([{ ...payload, deviceId }], 'survived');\n",
      replace: '',
      test: oneDevice,
    },
    {
      id: 'turns.not-ours',
      without: 'a job that is not ours stops its device',
      find: 'job.payload ? await this.#send(job.payload) : this.#reject()',
      replace: 'await this.#send(job.payload as never)',
      test: oneDevice,
    },
    {
      id: 'turns.ended',
      without: 'a session that has ended goes on fetching jobs',
      find: 'while (!signal.aborted && this.#live.ended() === undefined) {',
      replace: 'while (!signal.aborted) {',
      test: { file: whatsapp, name: 'what was accepted as the line broke' },
    },
  ]),
  ...guardsOf('apps/worker/src/send-delivery.ts', { file: route }, [
    {
      id: 'send.stale-job',
      without: 'an old job costs a begin',
      find: 'if (loaded?.nextStepKey !== job.stepKey || loaded.deviceId !== claim.deviceId) {',
      replace: 'if (loaded === undefined) {',
      test: oneMessage,
    },
    {
      id: 'send.suspect-alone',
      without: 'a suspect takes its neighbours with it',
      find: 'return await deps.isolation.alone(async () => {',
      replace:
        'return await (async (work: () => Promise<SendOutcome>) => await work())(async () => {',
      test: oneMessage,
    },
    {
      id: 'send.bound',
      without: 'a retry sends another text under the same id',
      find: "  if (contents.bound) return { kind: 'bound', toJid, ...contents.bound };\n",
      replace: '',
      test: oneMessage,
      shieldedBy: {
        guards: ['begin.bound'],
        why: 'begin keeps what is stored, whatever it is given',
      },
    },
    {
      id: 'send.lost-begin',
      without: 'a message whose begin went unanswered is taken for one that may have left',
      find: '      await store.finish(lostBeginRow({ sequenceContactId, stepKey, attempt }));\n',
      replace: '      void lostBeginRow({ sequenceContactId, stepKey, attempt });\n',
      test: oneMessage,
    },
    {
      id: 'send.unstorable',
      without: 'a message that Postgres refuses stops its device',
      find: "if (error instanceof DatabaseError && error.code === 'bad_row') {",
      replace: 'if (error === undefined) {',
      test: { file: poison, name: 'a message that Postgres refuses to store' },
    },
    {
      id: 'send.already-final',
      without: 'a row whose message was settled while it was queued stands there for ever',
      find: '      await deps.store.finish(sentRow({ ...job, definition }));\n',
      replace: '',
      test: oneMessage,
    },
    {
      id: 'send.lost',
      without: 'a worker that lost the device goes on asking for it',
      find: "      return { kind: 'lost' };",
      replace: "      return { kind: 'done' };",
      test: { file: route, name: 'a device that was taken over meanwhile' },
    },
  ]),
  ...guardsOf('apps/worker/src/isolation.ts', isolating, [
    {
      id: 'isolation.alone-waits',
      without: 'a suspect begins beside others',
      find: 'return alone ? this.#underway === 0 : !this.#isAlone;',
      replace: 'return alone ? true : !this.#isAlone;',
    },
    {
      id: 'isolation.others-wait',
      without: 'others begin beside a suspect',
      find: 'return alone ? this.#underway === 0 : !this.#isAlone;',
      replace: 'return alone ? this.#underway === 0 : true;',
    },
    {
      id: 'isolation.no-overtaking',
      without: 'a suspect on a busy worker waits for ever',
      find: 'if (this.#waiting.length > 0 || !this.#mayStart(alone)) {',
      replace: 'if (!this.#mayStart(alone)) {',
    },
    {
      id: 'isolation.frees',
      without: 'a suspect that fails stops the whole worker',
      find: '    } finally {\n      this.#leave();\n    }',
      replace: '    } finally {\n      if (!alone) this.#leave();\n    }',
    },
  ]),
];
