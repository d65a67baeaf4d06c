import { issuerParts } from '../issuer-parts.js'
import { type Html, html } from './html.js'
import { KEYHOLE } from './icons.js'
import { pagePath } from './page-path.js'
import { STYLE_PATH, STYLE_VERSION } from './style.js'

/** A page: what it is about on one side, what there is to do on the other. */
export interface PageParts {
  issuer: string
  /** Of the window; the heading, and more where that helps somebody who only hears it. */
  title: string
  /** Shown above the heading: one tile, or two with a line between them. */
  picture?: Html
  heading: Html | string
  lead: Html | string
  body: Html
  /** Below everything else, in small print. */
  notes: Html | string
}

/** Puts a page together. */
export function layout({ issuer, title, picture, heading, lead, body, notes }: PageParts): Html {
  const { host } = issuerParts(issuer)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} · ${host}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="stylesheet" href="${pagePath(issuer, STYLE_PATH)}?${STYLE_VERSION}">
<link rel="icon" href="${FAVICON}">
</head>
<body>
<main class="sheet">
<div class="about">
<p class="host">${KEYHOLE}<span>${host}</span></p>
${picture && html`<div class="picture">${picture}</div>`}
<h1>${heading}</h1>
<p class="lead">${lead}</p>
</div>
<div class="task">${body}</div>
<p class="notes">${notes}</p>
</main>
</body>
</html>
`
}

const FAVICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#1f5c4d"/><path fill="#fff" d="M16 7.5a5 5 0 0 1 2.7 9.200l1.300 7.800h-8l1.300-7.800A5 5 0 0 1 16 7.5Z"/></svg>',
)}`
