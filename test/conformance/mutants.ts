import type { Mutant } from './mutate.js'

/** Every named check of the programs, each with the way to take it out and the tests that must go red. */
export const mutants: readonly Mutant[] = []
