import { lazy, Suspense } from 'react'
import './markdown.css'

const Rendered = lazy(() => import('./rendered.tsx'))

/** A text that people wrote in Markdown, as it is meant to be read; as they typed it until what renders it has arrived. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="markdown">
      <Suspense fallback={<div className="typed">{text}</div>}>
        <Rendered text={text} />
      </Suspense>
    </div>
  )
}
