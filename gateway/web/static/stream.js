// The one connection on which everything comes. The browser reconnects by itself after a loss; where it gives up, we do.

const RETRY_MS = 2000;

export class Stream {
  #source = null;
  #open;
  #cursor;
  #listener;

  // listener: news(data), state("connecting" | "online" | "lost"), refused()
  constructor(cursor, open, listener) {
    this.#cursor = cursor;
    this.#open = open;
    this.#listener = listener;
    this.#connect();
    addEventListener("pagehide", () => this.#source?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#connect());
  }

  open(id) {
    this.#open = id;
    this.#connect();
  }

  #connect() {
    this.#source?.close();
    const query = new URLSearchParams({ after: this.#cursor, open: this.#open });
    const source = new EventSource(`/api/events?${query}`);
    source.onopen = () => this.#listener.state("online");
    source.onmessage = (event) => {
      this.#cursor = event.lastEventId;
      this.#listener.news(JSON.parse(event.data));
    };
    source.onerror = () => this.#failed(source);
    this.#source = source;
  }

  #failed(source) {
    if (source !== this.#source) return;
    this.#listener.state("lost");
    if (source.readyState !== EventSource.CLOSED) return;
    this.#listener.refused();
    setTimeout(() => source === this.#source && this.#connect(), RETRY_MS);
  }
}
