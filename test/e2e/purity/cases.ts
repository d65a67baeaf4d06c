/** What a command is called with, and what it may write to stdout. A login is there, `work`, and another one. */
export interface PurityCase {
  args: (places: { api: { resource: string } }) => string[]
  /** Where all goes well and no reader goes away; 0 unless told. */
  exitCode?: number
  /** The exit code where nobody has logged in. */
  withoutLogin: number
  /** The exit code where neither the API nor the AuthService can be reached, and the access token has expired. */
  withoutNetwork: number
  /** `nothing`, or what has to be true of all that is written to a pipe. */
  data: 'nothing' | ((text: string) => void)
  /** On a terminal no line is wider than that, instead of being broken there. */
  fitsTerminal?: true
  /** Another program writes its data: what a missing reader means is its business. */
  isPassedOn?: true
}

/** Nobody's name fits into ASCII: wide, combined, of both directions, and one that turns the direction. */
export const NAME = 'Zoë Müller 漢字 👩‍👩‍👧 שלום'

/** Of a name that would colour the screen and turn what follows around. */
export const HOSTILE = '\u001b[31mred\u001b]0;title\u0007\u202etxt.exe\u2028next'

export const ITEMS = [
  { id: 'item-1', title: NAME, createdAt: '2026-01-01T00:00:00.000Z' },
  { id: 'item-2', title: HOSTILE, createdAt: '2026-01-01T00:00:00.000Z' },
]
