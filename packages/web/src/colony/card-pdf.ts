/** Cards as a PDF. Loaded when somebody asks for one. */
import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from '@cantoo/pdf-lib'
import type { Mark, TextMark } from './card-layout.ts'
import { type Format, placeOf } from './formats.ts'
import { FONT_FAMILY } from './measure.ts'
import { codeOf } from './qr-code.ts'

const POINTS_PER_MM = 72 / 25.4
/** Pixels of a millimetre of text that has to be drawn as a picture: 600 dots per inch. */
const PIXELS_PER_MM = 600 / 25.4
const DARK = rgb(0, 0, 0)

interface Sheet {
  readonly page: PDFPage
  readonly height: number
}
const points = (mm: number): number => mm * POINTS_PER_MM

export async function pdfOf(cards: readonly (readonly Mark[])[], format: Format): Promise<Uint8Array> {
  const document = await PDFDocument.create()
  document.setTitle('Cards and labels')
  const fonts = {
    plain: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  }
  const sheets: Sheet[] = []
  for (const [n, marks] of cards.entries()) {
    const { page: number, x, y } = placeOf(n, format)
    const { width, height } = format.sheet
    sheets[number] ??= { page: document.addPage([points(width), points(height)]), height }
    for (const mark of marks) await draw(document, sheets[number], fonts, mark, x, y)
  }
  return document.save()
}

async function draw(
  document: PDFDocument,
  { page, height }: Sheet,
  fonts: { readonly plain: PDFFont; readonly bold: PDFFont },
  mark: Mark,
  left: number,
  top: number,
): Promise<void> {
  const x = points(left + mark.x)
  const y = points(height - top - mark.y)
  if (mark.kind === 'rule')
    return page.drawLine({
      start: { x, y },
      end: { x: x + points(mark.width), y },
      thickness: 0.5,
      color: DARK,
    })
  if (mark.kind === 'code') {
    const { modules, runs } = codeOf(mark.address)
    const side = points(mark.side) / modules
    for (const [column, row, length] of runs)
      page.drawRectangle({
        x: x + column * side,
        y: y - (row + 1) * side,
        width: length * side,
        height: side,
        color: DARK,
      })
    return
  }
  const font = mark.bold ? fonts.bold : fonts.plain
  if (writes(font, mark.text)) return page.drawText(mark.text, { x, y, size: points(mark.size), font, color: DARK })
  await drawPicture(document, page, mark, x, y)
}

/** The standard fonts know the letters of western Europe; in place of others the library writes question marks. */
function writes(font: PDFFont, text: string): boolean {
  const known = new Set(font.getCharacterSet())
  return [...text].every((letter) => known.has(letter.codePointAt(0)!))
}

const ASCENT = 1.1
const DESCENT = 0.4

/** Other scripts are drawn by the browser, which has fonts for them, and lie in the PDF as a picture. */
async function drawPicture(document: PDFDocument, page: PDFPage, mark: TextMark, x: number, y: number): Promise<void> {
  const canvas = window.document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser draws no pictures, which texts in this script need.')
  const font = `${mark.bold ? 'bold ' : ''}${mark.size * PIXELS_PER_MM}px ${FONT_FAMILY}`
  context.font = font
  const width = Math.ceil(context.measureText(mark.text).width) + 2
  canvas.width = width
  canvas.height = Math.ceil(mark.size * (ASCENT + DESCENT) * PIXELS_PER_MM)
  // A canvas forgets its font when its size changes.
  context.font = font
  context.fillText(mark.text, 0, mark.size * ASCENT * PIXELS_PER_MM)
  const image = await document.embedPng(canvas.toDataURL('image/png'))
  page.drawImage(image, {
    x,
    y: y - points(mark.size * DESCENT),
    width: points(width / PIXELS_PER_MM),
    height: points(canvas.height / PIXELS_PER_MM),
  })
}
