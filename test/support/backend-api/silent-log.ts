import type { FastifyBaseLogger } from 'fastify'

const silent = () => undefined

/** A logger for parts that are tested alone: says nothing. */
export const silentLog: FastifyBaseLogger = {
  level: 'silent',
  fatal: silent,
  error: silent,
  warn: silent,
  info: silent,
  debug: silent,
  trace: silent,
  silent,
  child: () => silentLog,
}
