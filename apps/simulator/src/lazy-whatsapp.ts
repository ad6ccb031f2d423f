import type { WebSocket } from 'ws';
import type { WhatsappService } from './whatsapp/whatsapp-service.ts';
import type { WhatsappServerParts } from './whatsapp/whatsapp-server.ts';

/**
 * The WhatsApp Web protocol, loaded when somebody first needs it.
 *
 * Its codecs take 0.3 s and 60 MB, which a simulator of light clients never pays.
 */
export class LazyWhatsapp {
  readonly #parts: WhatsappServerParts;
  #loading: Promise<WhatsappService> | undefined;
  #loaded: WhatsappService | undefined;

  constructor(parts: WhatsappServerParts) {
    this.#parts = parts;
  }

  /** Counts since the process started. */
  get figures(): Record<string, number> {
    return (
      this.#loaded?.figures ?? { logins: 0, queries: 0, paired: 0, client_retries: 0, uploads: 0 }
    );
  }

  async load(): Promise<WhatsappService> {
    this.#loading ??= this.#import();
    return await this.#loading;
  }

  serve(socket: WebSocket): void {
    if (this.#loaded !== undefined) {
      this.#loaded.serve(socket);
      return;
    }
    // What the client writes meanwhile waits in its socket.
    socket.pause();
    socket.on('error', () => {});
    void this.#serveWhenLoaded(socket);
  }

  async stop(): Promise<void> {
    const service = await this.#loading?.catch(() => undefined);
    await service?.stop();
  }

  async #serveWhenLoaded(socket: WebSocket): Promise<void> {
    try {
      const service = await this.load();
      if (socket.readyState !== socket.OPEN) return;
      service.serve(socket);
      socket.resume();
    } catch {
      socket.terminate();
    }
  }

  async #import(): Promise<WhatsappService> {
    const { openWhatsappService } = await import('./whatsapp/whatsapp-service.ts');
    this.#loaded = await openWhatsappService(this.#parts);
    return this.#loaded;
  }
}
