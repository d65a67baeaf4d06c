import { type DefaultTreeAdapterTypes, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.ChildNode
type Element = DefaultTreeAdapterTypes.Element

/** A field that is sent when its form is submitted, with the value that the page gave it. */
export interface Field {
  name: string
  type: string
  value: string
}

/** Something to press that submits a form. */
export interface Button {
  label: string
  name?: string
  value: string
}

/** A form of a page. */
export interface Form {
  action: URL
  method: 'GET' | 'POST'
  fields: Field[]
  buttons: Button[]
}

/** What a person could do on a page: its forms, in order, and the text of its title and body. */
export interface Document {
  title: string
  text: string
  forms: Form[]
}

/** Parses a page as a browser does. `url` is where it came from: actions are relative to it. */
export function parseDocument(html: string, url: URL): Document {
  const elements = elementsBelow(parse(html).childNodes)
  const find = (name: string) => elements.find(({ tagName }) => tagName === name)
  return {
    title: textOf(find('title')),
    text: textOf(find('body')),
    forms: elements.filter(({ tagName }) => tagName === 'form').map((form) => parseForm(form, url)),
  }
}

function parseForm(form: Element, url: URL): Form {
  const elements = elementsBelow(form.childNodes)
  return {
    action: new URL(attribute(form, 'action') || url.href, url),
    method: attribute(form, 'method')?.toUpperCase() === 'POST' ? 'POST' : 'GET',
    fields: elements.flatMap((element) => fieldOf(element) ?? []),
    buttons: elements.flatMap((element) => buttonOf(element) ?? []),
  }
}

function fieldOf(element: Element): Field | undefined {
  const name = attribute(element, 'name')
  if (!name || element.tagName !== 'input' || attribute(element, 'disabled') !== undefined) return undefined
  const type = (attribute(element, 'type') ?? 'text').toLowerCase()
  if (['submit', 'button', 'image', 'reset'].includes(type)) return undefined
  const isChoice = type === 'checkbox' || type === 'radio'
  if (isChoice && attribute(element, 'checked') === undefined) return undefined
  return { name, type, value: attribute(element, 'value') ?? (isChoice ? 'on' : '') }
}

function buttonOf(element: Element): Button | undefined {
  const type = attribute(element, 'type')?.toLowerCase()
  const isButton = element.tagName === 'button' && (type ?? 'submit') === 'submit'
  const isInput = element.tagName === 'input' && type === 'submit'
  if (!isButton && !isInput) return undefined
  const name = attribute(element, 'name')
  const value = attribute(element, 'value') ?? ''
  return { label: isButton ? textOf(element) : value, ...(name ? { name } : {}), value }
}

function elementsBelow(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => ('tagName' in node ? [node, ...elementsBelow(node.childNodes)] : []))
}

function textOf(element: Element | undefined): string {
  const collect = (node: Node): string =>
    node.nodeName === '#text' && 'value' in node
      ? node.value
      : 'childNodes' in node
        ? node.childNodes.map(collect).join('')
        : ''
  return element ? collect(element).replace(/\s+/g, ' ').trim() : ''
}

function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((each) => each.name === name)?.value
}
