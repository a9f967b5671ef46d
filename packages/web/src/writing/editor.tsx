import {
  ActionIcon,
  Alert,
  Button,
  Group,
  Input,
  Menu,
  SegmentedControl,
  Text,
  Textarea,
  type TextareaProps,
} from '@mantine/core'
import {
  IconBold,
  IconHeading,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconPhoto,
  IconTable,
  IconTemplate,
} from '@tabler/icons-react'
import {
  type ChangeEvent,
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react'
import { Markdown } from './markdown.tsx'
import { type Edit, heading, link, listed, table, wrapped } from './marks.ts'

/** A text to begin with. */
export interface Template {
  readonly name: string
  readonly text: string
  /** It fits what was chosen elsewhere in the form. */
  readonly fits: boolean
}

interface EditorProps {
  /** Caption, help and fault, as every input of a form has them. */
  readonly said: Omit<TextareaProps, 'value' | 'onChange'>
  readonly value: string
  readonly onChange: (text: string) => void
  readonly templates?: readonly Template[]
  /** Keeps a picture and gives its address; absent where there is nothing yet that it could belong to. */
  readonly keepPicture?: ((file: File) => Promise<string>) | undefined
}

const TOOLS = [
  { name: 'Bold', icon: IconBold, edit: wrapped('**') },
  { name: 'Italic', icon: IconItalic, edit: wrapped('_') },
  { name: 'Heading', icon: IconHeading, edit: heading },
  { name: 'List', icon: IconList, edit: listed('- ') },
  { name: 'Check list', icon: IconListCheck, edit: listed('- [ ] ') },
  { name: 'Link', icon: IconLink, edit: link },
  { name: 'Table', icon: IconTable, edit: table },
] as const

const picturesOf = (list: FileList | undefined): File[] =>
  [...(list ?? [])].filter(({ type }) => type.startsWith('image/'))

/** A long text in Markdown: typed with a few tools, looked at before it is saved, pictures pasted or dropped into it. */
export function MarkdownEditor({ said, value, onChange, templates = [], keepPicture }: EditorProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const chooser = useRef<HTMLInputElement>(null)
  const [looking, setLooking] = useState(false)
  const [waiting, setWaiting] = useState<readonly File[]>([])
  const [problem, setProblem] = useState<string>()
  // What is there when a picture has arrived may be more than when it was sent.
  const latest = useRef(value)
  useEffect(() => {
    latest.current = value
  }, [value])
  useBeginning(templates, value, onChange)

  const apply = (edit: Edit) => {
    const { current } = area
    if (!current) return
    const { selectionStart: from, selectionEnd: to } = current
    const made = edit(current.value, from, to)
    current.focus()
    current.setSelectionRange(made.from, made.to)
    // The only way in that the browser's own undo knows of.
    if (!document.execCommand('insertText', false, made.text)) {
      current.setRangeText(made.text)
      onChange(current.value)
    }
    current.setSelectionRange(...made.select)
  }
  const add = (text: string) => {
    const { current } = area
    if (current && !looking)
      return apply((_, from, to) => ({ from, to, text, select: [from + text.length, from + text.length] }))
    onChange(`${latest.current}${latest.current === '' ? '' : '\n\n'}${text}`)
  }
  const keep = async (files: readonly File[]) => {
    if (files.length === 0) return
    setProblem(undefined)
    setWaiting(files)
    if (!keepPicture) return
    for (const [at, file] of files.entries()) {
      try {
        const address = await keepPicture(file)
        add(`![${file.name.replace(/\.\w+$/, '').replaceAll(/[[\]]/g, '')}](${address})`)
        setWaiting(files.slice(at + 1))
      } catch (error) {
        return setProblem(error instanceof Error ? error.message : String(error))
      }
    }
  }
  const taken = (event: ClipboardEvent | DragEvent, list: FileList | undefined) => {
    const files = picturesOf(list)
    if (files.length === 0) return
    event.preventDefault()
    void keep(files)
  }
  const keys = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey)) return
    const edit = event.key === 'b' ? wrapped('**') : event.key === 'i' ? wrapped('_') : undefined
    if (!edit) return
    event.preventDefault()
    apply(edit)
  }
  const id = useId()
  const { label, description, error, required, withAsterisk, ...rest } = said
  return (
    <Input.Wrapper
      className="editor"
      id={id}
      label={label}
      description={description}
      error={error}
      required={required ?? false}
      withAsterisk={withAsterisk ?? false}
    >
      <Group gap={2} className="tools" role="toolbar" aria-label={`${label ?? 'Text'}: tools`}>
        <SegmentedControl
          size="xs"
          aria-label={`${label ?? 'Text'}: write or look`}
          value={looking ? 'look' : 'write'}
          onChange={(next) => setLooking(next === 'look')}
          data={[
            { value: 'write', label: 'Write' },
            { value: 'look', label: 'Preview' },
          ]}
        />
        {!looking &&
          TOOLS.map(({ name, icon: Icon, edit }) => (
            <ActionIcon
              key={name}
              variant="subtle"
              color="gray"
              size="md"
              aria-label={name}
              title={name}
              onClick={() => apply(edit)}
            >
              <Icon size={16} aria-hidden />
            </ActionIcon>
          ))}
        {!looking && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            aria-label="Picture"
            title="Picture: choose one, paste it or drop it into the text"
            onClick={() => chooser.current?.click()}
          >
            <IconPhoto size={16} aria-hidden />
          </ActionIcon>
        )}
        {!looking && templates.length > 0 && (
          <Menu position="bottom-start">
            <Menu.Target>
              <Button
                size="compact-sm"
                variant="subtle"
                color="gray"
                leftSection={<IconTemplate size={15} aria-hidden />}
              >
                Templates
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {templates
                .toSorted((a, b) => Number(b.fits) - Number(a.fits))
                .map(({ name, text, fits }) => (
                  <Menu.Item key={name} fw={fits ? 600 : 400} onClick={() => add(text)}>
                    {name}
                  </Menu.Item>
                ))}
            </Menu.Dropdown>
          </Menu>
        )}
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          multiple
          hidden
          aria-label="Picture"
          onChange={(event: ChangeEvent<HTMLInputElement>) => {
            void keep(picturesOf(event.currentTarget.files ?? undefined))
            event.currentTarget.value = ''
          }}
        />
      </Group>
      <Textarea
        {...rest}
        id={id}
        required={required ?? false}
        error={Boolean(error)}
        ref={area}
        hidden={looking}
        display={looking ? 'none' : undefined}
        autosize
        minRows={4}
        maxRows={24}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={keys}
        onPaste={(event) => taken(event, event.clipboardData.files)}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes('Files')) event.preventDefault()
        }}
        onDrop={(event) => taken(event, event.dataTransfer.files)}
      />
      {looking && (
        <div className="look">
          {value.trim() === '' ? <Text c="dimmed">There is nothing to look at yet.</Text> : <Markdown text={value} />}
        </div>
      )}
      {waiting.length > 0 && keepPicture && !problem && (
        <Text size="sm" c="dimmed" role="status">
          Keeping {waiting.map(({ name }) => name).join(', ')}…
        </Text>
      )}
      {waiting.length > 0 && (problem || !keepPicture) && (
        <Alert color="orange" mt={6} title={problem ? 'The picture was not kept' : 'A picture belongs to a saved row'}>
          <Text size="sm">{problem ?? 'Save first, then add it again.'}</Text>
          <Group mt={6} gap="xs">
            {keepPicture && (
              <Button size="compact-sm" variant="default" onClick={() => void keep(waiting)}>
                Try again
              </Button>
            )}
            <Button size="compact-sm" variant="subtle" onClick={() => setWaiting([])}>
              {keepPicture ? 'Leave it out' : 'I will'}
            </Button>
          </Group>
        </Alert>
      )}
    </Input.Wrapper>
  )
}

/** Begins an empty text with the template of what was just chosen elsewhere in the form. */
function useBeginning(templates: readonly Template[], value: string, onChange: (text: string) => void): void {
  const fitting = templates.find(({ fits }) => fits)
  const before = useRef(fitting?.name)
  useEffect(() => {
    if (fitting?.name === before.current) return
    before.current = fitting?.name
    if (fitting && value.trim() === '') onChange(fitting.text)
  }, [fitting, value, onChange])
}
