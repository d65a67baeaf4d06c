import { createHash } from 'node:crypto'
import { STYLE_SHEET } from './style-sheet.js'

/** Where the style sheet is, below the issuer. */
export const STYLE_PATH = '/auth/style.css'

/** Names what the style sheet says, so that a browser never shows a page in the style of another version. */
export const STYLE_VERSION = createHash('sha256').update(STYLE_SHEET).digest('hex').slice(0, 8)
