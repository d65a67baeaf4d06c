import { describe, expect, it } from 'vitest'
import { html } from '../../../../../server/auth-service/pages/html.js'

describe('html', () => {
  it('escapes whatever is put into it (14)', () => {
    const hostile = `<script>alert("1" & '2')</script>`
    expect(String(html`<p title="${hostile}">${hostile}</p>`)).toBe(
      '<p title="&#60;script&#62;alert(&#34;1&#34; &#38; &#39;2&#39;)&#60;/script&#62;">' +
        '&#60;script&#62;alert(&#34;1&#34; &#38; &#39;2&#39;)&#60;/script&#62;</p>',
    )
  })

  it('lets nothing out of a double-quoted attribute (14)', () => {
    expect(String(html`<a title="${'" onmouseover="x'}">`)).not.toContain('" onmouseover')
  })

  it('does not escape its own work again', () => {
    const inner = html`<b>${'&'}</b>`
    expect(String(html`<p>${inner}</p>`)).toBe('<p><b>&#38;</b></p>')
  })

  it('escapes text that only looks like its own work (14)', () => {
    const lookalike = { toString: () => '<b>' } as unknown as string
    expect(() => String(html`${lookalike}`)).toThrow()
  })

  it('puts the members of a list one after the other, and leaves out what is not there', () => {
    expect(String(html`${['<', html`<br>`, 1]}${undefined}${false}`)).toBe('&#60;<br>1')
  })
})
