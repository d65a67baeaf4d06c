import { isTooLong } from '../passwords.js'
import type { Account } from '../store/accounts.js'

/** In characters as people count them. */
export const MIN_PASSWORD_CHARACTERS = 8

/** Why a password can't be chosen. */
export type PasswordFault = 'too-short' | 'too-long' | 'too-obvious'

/**
 * Why a password can't be chosen for an account; undefined for one that can. The one rule for every way to a password:
 * an operator's command, a link, the person's own page. It asks for length, and for nothing that somebody tries first
 * who may guess twelve times in a quarter of an hour; it asks for no mixture of letters and digits.
 *
 * @see NIST SP 800-63B §3.1.1.2
 */
export function whyNotPassword(
  password: string,
  { username, name, email }: Pick<Account, 'username' | 'name' | 'email'>,
): PasswordFault | undefined {
  const characters = [...password.normalize('NFC')]
  if (characters.length < MIN_PASSWORD_CHARACTERS) return 'too-short'
  if (isTooLong(password)) return 'too-long'
  const own = [username, name, email ?? '', email?.split('@', 1)[0] ?? ''].map(plain)
  const typed = plain(password)
  const isObvious = new Set(characters).size < 3 || own.includes(typed) || COMMONEST.has(typed)
  return isObvious ? 'too-obvious' : undefined
}

/** As somebody writes it who doesn't care how it is written. */
function plain(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s/g, '')
}

/** Those of eight characters and more that are at the top of every list of stolen passwords. */
const COMMONEST: ReadonlySet<string> = new Set(
  `12345678 123456789 1234567890 0123456789 987654321 9876543210 87654321 12341234 123123123 123454321 12345678910
  123456789a a123456789 a12345678 1234qwer qwer1234 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 q1w2e3r4t5 zaq12wsx
  qwertyui qwertyuiop qwerty123 qwerty1234 qwerty12345 1qazxsw2 asdfghjk asdfghjkl zxcvbnm1 asdf1234 abcd1234 abc12345
  abcdefgh abcdefg1 aa123456 aa12345678 password password1 password12 password123 password1234 passw0rd p@ssword
  p@ssw0rd pa55word pass1234 passwort passwort1 motdepasse contraseña changeme changeit letmein1 welcome1 welcome123
  iloveyou iloveyou1 iloveyou2 princess princess1 sunshine sunshine1 football football1 baseball baseball1 superman
  superman1 starwars whatever trustno1 michelle jennifer jonathan computer internet corvette mercedes maverick
  shadow12 master12 dragon12 monkey123 admin123 admin1234 administrator rootroot test1234 testtest guest123 secret12
  secret123 liverpool chelsea1 arsenal1 pokemon1 minecraft samsung1 hello123 hallo123 google123 facebook`.split(
    /\s+/,
  ),
)
