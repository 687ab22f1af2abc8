/** Every request can be cancelled; a cancelled one rejects with kind `cancelled`. */
export interface RequestOptions {
  readonly signal?: AbortSignal;
}
