import type { Command } from 'commander'
import { readDatabaseConfiguration } from '../configuration.js'
import { readDevFile } from '../dev-file.js'
import type { Edges } from '../edges.js'
import { OperatorError } from '../operator-error.js'
import { OPTIONS } from '../options.js'
import { configurationSources } from './database.js'

/** Lets a command that makes links be told where they lead. */
export function withIssuerOption(command: Command): Command {
  const { flag } = OPTIONS.issuer
  return flag === undefined
    ? command
    : command.option(flag, 'the URL under which people reach this service (default: AUTH_SERVICE_ISSUER)')
}

/**
 * The URL under which people reach the service; that of `--dev` is where it listened last.
 *
 * @throws OperatorError when nobody says it.
 */
export function requireIssuer(edges: Edges, command: Command): string {
  const { issuer, dev } = readDatabaseConfiguration(configurationSources(edges, command))
  const known = issuer ?? (dev && readDevFile(dev.file)?.issuer)
  if (known !== undefined) return known
  throw new OperatorError('where people reach this service is not known', {
    hint: dev
      ? 'start `auth-service --dev` once, or name it with --issuer'
      : 'name it with --issuer, or set AUTH_SERVICE_ISSUER',
  })
}
