import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/** The first line that a child writes. @throws Error when it ends without one */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the child has no output')
  for await (const line of createInterface(child.stdout)) return line
  throw new Error('the child ended without a line')
}
