import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { linkAddress, pictureAddress } from './addresses.ts'

/** Headings of a text stand below those of the page that shows it. */
const PARTS: Components = {
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h4>{children}</h4>,
  h3: ({ children }) => <h5>{children}</h5>,
  h4: ({ children }) => <h6>{children}</h6>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ href, children }) =>
    href ? (
      <a href={href} {...(!href.startsWith('#') && { target: '_blank', rel: 'noreferrer' })}>
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ src, alt }) =>
    typeof src === 'string' && src !== '' ? (
      <a href={src} target="_blank" rel="noreferrer">
        <img src={src} alt={alt || 'Picture without a description'} loading="lazy" referrerPolicy="no-referrer" />
      </a>
    ) : (
      <em>{alt ? `Picture: ${alt}` : 'A picture that cannot be shown here'}</em>
    ),
  // Wide tables are walked through with the keyboard inside of themselves.
  table: ({ children }) => (
    <section className="wide-table" aria-label="Table" tabIndex={-1}>
      <table>{children}</table>
    </section>
  ),
}

/** Markdown with tables, lists of tasks and bare addresses; HTML in it is text. */
export default function Rendered({ text }: { readonly text: string }) {
  return (
    <ReactMarkdown
      remarkPlugins={[remarkGfm]}
      components={PARTS}
      urlTransform={(url, attribute) => (attribute === 'src' ? pictureAddress(url) : linkAddress(url))}
    >
      {text}
    </ReactMarkdown>
  )
}
