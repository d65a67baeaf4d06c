import { createHash } from 'node:crypto'

/** What the browser is shown by the loopback listener. */
export type ResultPage = 'done' | 'failed' | 'unexpected' | 'not-found'

interface Content {
  title: string
  text: string
  /** A path in a 24 by 24 box. */
  icon: string
  tone: 'good' | 'bad' | 'quiet'
}

const TICK = 'm5.5 12.5 4.25 4.25L18.5 7.75'
const CROSS = 'M7.5 7.5l9 9m0-9l-9 9'
const DASH = 'M7 12h10'

const CONTENTS: Readonly<Record<ResultPage, Content>> = {
  done: {
    title: 'You are logged in',
    text: 'You can close this tab and go back to the terminal.',
    icon: TICK,
    tone: 'good',
  },
  failed: {
    title: 'The login failed',
    text: 'Go back to the terminal: it says what happened.',
    icon: CROSS,
    tone: 'bad',
  },
  unexpected: {
    title: 'This is not the expected answer',
    text: 'authcli did not take it. If you are logging in, go back to the terminal and open the address that it shows.',
    icon: DASH,
    tone: 'quiet',
  },
  'not-found': {
    title: 'There is nothing here',
    text: 'This page belongs to a login of authcli. Go back to the terminal.',
    icon: DASH,
    tone: 'quiet',
  },
}

// The colours of the AuthService's pages: a person comes from there, and should not notice the way.
const STYLE = `
:root{color-scheme:light dark;--paper:#f3f1ea;--sheet:#fffefb;--ink:#1b211d;--soft:#58615b;--line:#e2dfd5;--good:#1d5a4a;--good-wash:#e8f0ea;--bad:#93301f;--bad-wash:#fbece6;--quiet:#58615b;--quiet-wash:#eeece4;--shadow:0 1px 1px rgb(40 50 40/4%),0 18px 50px -18px rgb(40 50 40/18%)}
@media(prefers-color-scheme:dark){:root{--paper:#0f1311;--sheet:#171c19;--ink:#ecefea;--soft:#a5afa8;--line:#2a312c;--good:#93d6bd;--good-wash:#1f2b26;--bad:#f4ab96;--bad-wash:#33211b;--quiet:#a5afa8;--quiet-wash:#232925;--shadow:none}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1.25rem;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans",Cantarell,Ubuntu,"Liberation Sans",Arial,sans-serif}
main{width:100%;max-width:27rem;padding:3rem 2rem;background:var(--sheet);border:1px solid var(--line);border-radius:1.25rem;box-shadow:var(--shadow);text-align:center}
svg{display:block;width:4rem;height:4rem;margin:0 auto 1.5rem;padding:1.05rem;border-radius:1.25rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.good{color:var(--good);background:var(--good-wash)}
.bad{color:var(--bad);background:var(--bad-wash)}
.quiet{color:var(--quiet);background:var(--quiet-wash)}
h1{margin:0 0 .625rem;font-size:1.625rem;line-height:1.15;font-weight:600;letter-spacing:-.02em;text-wrap:balance}
p{margin:0;color:var(--soft);text-wrap:pretty}
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/**
 * One small page, whole in itself: no script, nothing fetched, nothing in it that came from outside.
 */
export function resultPage(page: ResultPage): string {
  const { title, text, icon, tone } = CONTENTS[page]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – authcli</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<svg class="${tone}" viewBox="0 0 24 24" aria-hidden="true"><path d="${icon}"/></svg>
<h1>${title}</h1>
<p>${text}</p>
</main>
</body>
</html>
`
}

/** The headers of every answer of the loopback listener: nothing may be stored, framed, run or passed on. */
export function resultPageHeaders(): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // Every connection ends with its answer, so that closing the listener waits for nobody.
    connection: 'close',
  }
}
