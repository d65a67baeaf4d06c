/** What the page of an account says after something was done there. */
const NOTICES = {
  'name-changed': 'Your name is changed. Programs are told the new one when they ask next.',
  'password-changed':
    'Your password is changed. You are signed in here with the new one, and signed out everywhere else.',
  'login-ended': 'That program is signed out.',
  'browser-ended': 'That browser is signed out.',
  'others-ended': 'You are signed out everywhere but here.',
  'ended-before': 'Nobody was signed in there any more.',
} as const

export type AccountNotice = keyof typeof NOTICES

/** One of them, where the address of the page names one. */
export function readNotice(text: string | undefined): AccountNotice | undefined {
  return (Object.keys(NOTICES) as AccountNotice[]).find((notice) => notice === text)
}

export function noticeWords(notice: AccountNotice): string {
  return NOTICES[notice]
}
