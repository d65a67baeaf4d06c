import { CompiledQuery, type Kysely } from 'kysely'
import type { Database } from './schema.js'
import type { Writer } from './store.js'
import { allHaveGoneOn, endOfTurn } from './turn.js'

/** More in one COMMIT make little difference, and wait longer for it. */
const ENOUGH_JOBS = 16
const MAX_TURNS = 4

const SAVEPOINT = CompiledQuery.raw('savepoint job')
const RELEASE = CompiledQuery.raw('release job')
const ROLL_BACK = CompiledQuery.raw('rollback to job')

interface Job {
  run(transaction: Writer): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** Writes of concurrent requests, committed together. */
export interface GroupCommit {
  /** As `Store.write`. */
  write<T>(job: (transaction: Writer) => Promise<T>): Promise<T>
  /** Resolves once every job has been answered; later ones are refused. */
  finish(): Promise<void>
}

/**
 * Runs the jobs of a few event-loop turns in one transaction, so that one sync to the disk serves them all. A failing job
 * rolls back alone, for which the others may run again; a failing COMMIT rejects every job that it carried; nothing
 * resolves before COMMIT.
 * @param db a connection of its own, whose transactions begin with the write lock.
 */
export function createGroupCommit(db: Kysely<Database>): GroupCommit {
  let waiting: Job[] = []
  let working: Promise<void> | undefined
  let finished = false

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      await enoughHaveCome()
      const jobs = waiting
      waiting = []
      await commitTogether(db, jobs)
    }
    working = undefined
  }

  /** Waits as long as each turn of the event loop brings more jobs, for a few turns and for so many jobs at most. */
  async function enoughHaveCome(): Promise<void> {
    let before = 0
    await allHaveGoneOn()
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      if (waiting.length === before || waiting.length >= ENOUGH_JOBS) return
      before = waiting.length
      await endOfTurn()
      await allHaveGoneOn()
    }
  }

  return {
    write<T>(job: (transaction: Writer) => Promise<T>): Promise<T> {
      if (finished) return Promise.reject(new Error('the store is closed'))
      return new Promise<T>((resolve, reject) => {
        waiting.push({ run: job, resolve: resolve as (value: unknown) => void, reject })
        working ??= work()
      })
    },
    async finish() {
      finished = true
      await working
    },
  }
}

/**
 * First without savepoints, which cost as much as the statements of a small job: hardly any job fails. Where one does,
 * all that was done is rolled back and done again, with a savepoint for each.
 */
async function commitTogether(db: Kysely<Database>, jobs: readonly Job[]): Promise<void> {
  const failed = await commit(db, jobs, runToTheEnd)
  if (failed === undefined) return
  if (jobs.length > 1) await commit(db, jobs, runInSavepoint)
  else jobs[0]?.reject(failed.reason)
}

type RunJob = (transaction: Writer, job: Job) => Promise<() => void>

/** Answers every job once they are committed, or none where one has failed: then that one's reason is what it gives. */
async function commit(
  db: Kysely<Database>,
  jobs: readonly Job[],
  runJob: RunJob,
): Promise<JobFailure | undefined> {
  const answers: (() => void)[] = []
  try {
    await db.transaction().execute(async (transaction) => {
      for (const job of jobs) answers.push(await runJob(transaction, job))
    })
  } catch (error) {
    if (error instanceof JobFailure) return error
    for (const job of jobs) job.reject(error)
    return undefined
  }
  for (const answer of answers) answer()
  return undefined
}

/** A job has thrown, and nothing of its turn is to be committed. */
class JobFailure extends Error {
  readonly reason: unknown

  constructor(reason: unknown) {
    super('a job has failed')
    this.reason = reason
  }
}

async function runToTheEnd(transaction: Writer, job: Job): Promise<() => void> {
  try {
    const value = await job.run(transaction)
    return () => job.resolve(value)
  } catch (error) {
    throw new JobFailure(error)
  }
}

/** Gives back what to tell the job's caller after COMMIT. Throws only when the whole transaction is lost. */
async function runInSavepoint(transaction: Writer, job: Job): Promise<() => void> {
  await transaction.executeQuery(SAVEPOINT)
  try {
    const value = await job.run(transaction)
    await transaction.executeQuery(RELEASE)
    return () => job.resolve(value)
  } catch (error) {
    await undo(transaction, error)
    return () => job.reject(error)
  }
}

async function undo(transaction: Writer, error: unknown): Promise<void> {
  try {
    await transaction.executeQuery(ROLL_BACK)
    await transaction.executeQuery(RELEASE)
  } catch {
    // After a full disk or a failing one SQLite has rolled back everything, savepoint and other jobs included.
    throw error
  }
}
