import { BROWSER_PACKAGES, ensureSystemPackages, KEYCHAIN_PACKAGES } from './system-packages.js'

/** Sees to it that what the tests need beside Node is there. */
export default async function setup(): Promise<void> {
  const say = (line: string) => process.stderr.write(`tests: ${line}\n`)
  if (!(await ensureSystemPackages([...KEYCHAIN_PACKAGES, ...BROWSER_PACKAGES], { say })))
    throw new Error('the tests need the packages named above')
}
