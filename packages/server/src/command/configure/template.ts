/** What a template may say: words to put in, and words that are there or not. */
export type TemplateValues = Readonly<Record<string, string | number | boolean>>

const BLOCK = /^[ \t]*\{\{([#^])(\w+)\}\}\n([\s\S]*?)^[ \t]*\{\{\/\2\}\}\n/gm
const WORD = /\{\{(\w+)\}\}/g

/**
 * Fills a template: `{{name}}` becomes the value; lines between `{{#name}}` and `{{/name}}` stay where the value is true,
 * those between `{{^name}}` and `{{/name}}` where it is not.
 *
 * @throws Error for a name without a value: a template that is half filled must not reach a machine
 */
export function filled(template: string, values: TemplateValues): string {
  const named = (name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the template asks for "${name}", which has no value`)
    return value
  }
  let text = template
  // Blocks inside of blocks are seen once those around them are gone.
  for (let before = ''; before !== text; ) {
    before = text
    text = text.replace(BLOCK, (_, sign: string, name: string, inner: string) =>
      (sign === '#') === Boolean(named(name)) ? inner : '',
    )
  }
  return text.replace(WORD, (_, name: string) => String(named(name)))
}
