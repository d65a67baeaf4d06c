/** Another program ran in our place, and our exit code is its own. Nothing is left to be said. */
export class ProgramEnded extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`the program ended with ${exitCode}`)
    this.name = 'ProgramEnded'
    this.exitCode = exitCode
  }
}
