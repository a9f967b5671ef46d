import { Note } from '@alyx/models'
import { FilesRefused, requireObject } from '../../domains/data/index.ts'
import { imageWidth, storeNoteImage } from '../../media/note-images.ts'
import { instantNow } from '../../recording/index.ts'
import { invalid } from '../../records/index.ts'
import { carriedOut } from '../../rest/writing/write-call.ts'
import { requireMaking } from '../../rights/index.ts'
import { sendJson } from '../gate.ts'
import { withAddresses } from '../json.ts'
import { optional, text, uuid } from '../kinds.ts'
import { type Page, uploading } from '../page.ts'

const LONGEST_TEXT = 100_000

/** Notes with their pictures: rows of JSON take no files. */
export const notePages: readonly Page[] = [
  {
    url: '/notes',
    tag: 'notes',
    operations: {
      POST: uploading({
        summary: 'Hang a note on a record, with a picture or without, in your own name.',
        description: 'A picture wider than the laboratory wants is reduced, unless `width` says otherwise.',
        answer: '`id` and `image`, the address of the picture.',
        status: 201,
        body: {
          model: text('Model of the record that it is about: `actions.session`.', { least: 1 }),
          object: uuid('Key of that record.'),
          text: optional(text('The remark, or the caption of the picture. Markdown.', { most: LONGEST_TEXT })),
          width: optional(text('Pixels to which a wider picture is reduced, or `orig` to keep it as it is.')),
        },
        files: { image: 'A picture.' },
        async send({ call, services, body, form }) {
          const { account, database, moment } = call
          requireMaking(account, Note)
          const owner = await requireObject(database, body.model, body.object).catch((error: unknown) => {
            if (!(error instanceof FilesRefused)) throw error
            throw invalid({ object: [`There is no ${body.model} with the key ${body.object}.`] })
          })
          const width = imageWidth(body.width, services.imageWidth)
          const picture = form.files.get('image')
          // Before the transaction: reducing a picture takes its time, and others need not wait for that.
          const image = picture
            ? await storeNoteImage(services.media, { ...picture, objectId: body.object, width, today: moment.today })
            : null
          let written = false
          const forget = async () => {
            if (image !== null) await services.media.remove(image)
          }
          const answer = await carriedOut(
            { ...call, now: instantNow() },
            services,
            async (recorder) => {
              const values = {
                user_id: account.id,
                object_id: owner.object_id,
                content_type_id: String(owner.content_type_id),
                text: body.text ?? '',
                image,
              }
              const [made] = await recorder.create(Note, [values])
              written = true
              const [told] = withAddresses([{ id: made!.key, image }], call)
              return { status: 201, json: JSON.stringify(told) }
            },
            { source: 'native', body: { kind: 'form', ...form } },
          ).catch(async (error: unknown) => {
            await forget()
            throw error
          })
          // The same had been sent before, and has its picture.
          if (!written) await forget()
          return sendJson(call.reply.code(answer.status).headers(answer.headers ?? {}), answer.json!)
        },
      }),
    },
  },
]
