/**
 * The single parts of undici that `http-exchange.ts` loads, instead of the whole package: that halves the time. They
 * have no types of their own; these are the ones under which the package exports them.
 */
declare module 'undici/lib/dispatcher/client.js' {
  import { Client } from 'undici'
  export default Client
}

declare module 'undici/lib/api/api-connect.js' {
  import { Dispatcher } from 'undici'

  /** The method `connect` that the package gives to its dispatchers, which their own files do not. */
  const connect: Dispatcher['connect']
  export default connect
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici'

  /** Unlike the published type says, the connector gives back the socket while it is still connecting. */
  function buildWatchableConnector(
    options?: buildConnector.BuildOptions,
  ): (options: buildConnector.Options, callback: buildConnector.Callback) => import('node:net').Socket
  export default buildWatchableConnector
}
