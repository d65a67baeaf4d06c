import { createHash } from 'node:crypto'

/** Below the issuer. */
export const STYLE_PATH = '/auth/style.css'

/** The style sheet of every page. */
export const STYLE_SHEET = ''

/** Names what the style sheet says, so that a browser never shows a page in the style of another version. */
export const STYLE_VERSION = createHash('sha256').update(STYLE_SHEET).digest('hex').slice(0, 8)
