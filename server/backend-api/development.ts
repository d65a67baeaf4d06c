import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Configuration } from './configuration.js'
import { shareDevFile } from './dev-file.js'
import { ConfigurationError } from './errors.js'
import { isLoopbackHost } from './resource-url.js'
import { commonSettings, type Settings, validationSettings } from './settings.js'

/**
 * The settings with `--dev`: everything has a default, and the credentials and the issuer come from the file
 * that is shared with `auth-service --dev`. `stateDirectory` is where programs of this user keep what they made.
 * @throws ConfigurationError for anything that is not on this machine; StartError when the shared file is no good.
 */
export async function developmentSettings(
  configuration: Configuration,
  stateDirectory: string,
): Promise<Settings> {
  const common = commonSettings(configuration)
  const { host } = common
  if (!isLoopbackHost(host)) throw new ConfigurationError(`--dev listens on loopback only, not on ${host}`)
  const port = common.port === 0 ? await freePort(host) : common.port
  const resource = configuration.resource ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const ours = join(stateDirectory, 'authcli')
  const shared = await shareDevFile(configuration.devFile ?? join(ours, 'dev.json'), resource)
  const issuer = configuration.issuer ?? shared.issuer
  for (const url of [resource, issuer]) {
    if (!isLoopbackHost(new URL(url).hostname))
      throw new ConfigurationError(`--dev is for loopback only, not for ${url}`)
  }
  return {
    ...common,
    port,
    resource,
    issuer,
    databaseFile: configuration.database ?? join(configuration.data ?? join(ours, 'backend-api'), 'items.db'),
    validation: validationSettings(configuration, {
      clientId: shared.clientId,
      clientSecret: shared.clientSecret,
    }),
    dev: true,
  }
}

/** A port that nobody uses: it is part of the resource identifier, so it must be known before the app is built. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
