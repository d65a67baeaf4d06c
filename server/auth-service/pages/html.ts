/** Text that is HTML already. Only the tag `html` makes it, so whatever else is put into a page is escaped. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What a template takes: text and numbers are escaped, nothing is nothing, a list is one after the other. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[]

/**
 * The one way to write a page: `` html`<p class="lead">${name}</p>` ``. Attribute values stand in double quotes.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let [text = ''] = strings
  for (const [index, value] of values.entries()) text += escapeHtml(value) + (strings[index + 1] ?? '')
  return new Html(text)
}

function escapeHtml(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map(escapeHtml).join('')
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
