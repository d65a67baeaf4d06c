/** The little of npm's `oidc-provider` that the tests use; the package brings no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  interface Configuration {
    clients: Record<string, unknown>[]
    findAccount: (
      context: unknown,
      id: string,
    ) => { accountId: string; claims(): Promise<Record<string, unknown>> }
    features: {
      resourceIndicators: {
        enabled: true
        getResourceServerInfo: (context: unknown, resource: string) => Promise<Record<string, unknown>>
        useGrantedResource: () => Promise<boolean>
      }
      devInteractions: { enabled: boolean }
      revocation: { enabled: boolean }
    }
    [setting: string]: unknown
  }

  export default class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): RequestListener
  }
}
