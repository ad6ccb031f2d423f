import {
  type AuthenticationCreds,
  BufferJSON,
  Curve,
  initAuthCreds,
  proto,
  type SignalDataTypeMap,
  type SignalKeyStore,
} from '@whiskeysockets/baileys';

/** What a device keeps on its disk: values pass through JSON, as they do in a database. */
export class MemoryAuth {
  readonly creds: AuthenticationCreds;
  readonly #rows: Map<string, string>;

  constructor(creds: AuthenticationCreds, rows = new Map<string, string>()) {
    this.creds = creds;
    this.#rows = rows;
  }

  get keys(): SignalKeyStore {
    return {
      get: async (type, ids) => {
        const found: Record<string, SignalDataTypeMap[typeof type]> = {};
        for (const id of ids) {
          const text = this.#rows.get(`${type}/${id}`);
          if (text !== undefined) found[id] = revive(type, text) as SignalDataTypeMap[typeof type];
        }
        return found;
      },
      set: async (data) => {
        for (const [type, values] of Object.entries(data)) {
          for (const [id, value] of Object.entries(values ?? {})) {
            if (value === null) this.#rows.delete(`${type}/${id}`);
            else this.#rows.set(`${type}/${id}`, JSON.stringify(value, BufferJSON.replacer));
          }
        }
      },
    };
  }

  /** What a new process finds on the disk now; what is written later goes to one of the two only. */
  snapshot(): MemoryAuth {
    const text = JSON.stringify(this.creds, BufferJSON.replacer);
    const creds = JSON.parse(text, BufferJSON.reviver) as AuthenticationCreds;
    return new MemoryAuth(creds, new Map(this.#rows));
  }
}

/** A device that was never paired and looks as if: a simulator with `--register-unknown` lets it in. */
export function madeUpDevice(phone: string, id = 1): MemoryAuth {
  const creds = initAuthCreds();
  return new MemoryAuth({
    ...creds,
    me: { id: `${phone.slice(1)}:${id}@s.whatsapp.net`, name: 'made up' },
    registered: true,
    accountSyncCounter: 1,
    platform: 'android',
    account: {
      details: Buffer.alloc(8),
      accountSignatureKey: Buffer.from(Curve.generateKeyPair().public),
      accountSignature: Buffer.alloc(64, 1),
      deviceSignature: Buffer.alloc(64, 2),
    },
  });
}

export function unpairedDevice(): MemoryAuth {
  return new MemoryAuth(initAuthCreds());
}

function revive(type: string, text: string): unknown {
  const value = JSON.parse(text, BufferJSON.reviver) as Record<string, unknown>;
  if (type !== 'app-state-sync-key') return value;
  return proto.Message.AppStateSyncKeyData.fromObject(value);
}
