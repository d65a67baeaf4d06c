import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The one PostgreSQL server of this run; see `freshDatabase`. */
    postgresUrl: string
    /** The folder of its socket, if it was started for this run. */
    postgresSocketFolder: string | undefined
  }
}

/** Starts one PostgreSQL server for all test files of a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  project.provide('postgresUrl', postgres.url)
  project.provide('postgresSocketFolder', postgres.socketFolder)
  return postgres.stop
}
