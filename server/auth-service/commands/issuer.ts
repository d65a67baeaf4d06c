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

/** The URL under which people reach the service, if somebody says it; that of `--dev` is where it listened last. */
export function findIssuer(edges: Edges, command: Command): string | undefined {
  const { issuer, dev } = readDatabaseConfiguration(configurationSources(edges, command))
  return issuer ?? (dev && readDevFile(dev.file)?.issuer)
}

/** As `findIssuer`. @throws OperatorError when nobody says it. */
export function requireIssuer(edges: Edges, command: Command): string {
  const known = findIssuer(edges, command)
  if (known !== undefined) return known
  const { dev } = readDatabaseConfiguration(configurationSources(edges, command))
  throw new OperatorError('where people reach this service is not known', {
    hint: dev
      ? 'start `auth-service --dev` once, or name it with --issuer'
      : 'name it with --issuer, or set AUTH_SERVICE_ISSUER',
  })
}
