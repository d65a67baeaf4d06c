/** An adapter of oidc-provider, for one kind of thing. */
type AdapterFactory = (model: string) => object

/**
 * The in-memory adapter that comes with oidc-provider, on a Map: its own store forgets all but the last thousand things,
 * codes that are to be redeemed among them.
 */
export async function memoryAdapter(): Promise<AdapterFactory> {
  const { default: MemoryAdapter } = await load('oidc-provider/lib/adapters/memory_adapter.js')
  const store = new Map<string, unknown>()
  return (model) => new MemoryAdapter(model, store)
}

async function load(
  name: string,
): Promise<{ default: new (model: string, store: Map<string, unknown>) => object }> {
  return await import(name)
}
