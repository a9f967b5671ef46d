import { logAddress } from '@alyx/client'
import { ActionIcon, Button, Group, Switch, Text, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconDownload, IconSearch } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, useState } from 'react'
import { inThousands } from '../kinds/amounts.ts'
import { AnsiLines, type Line, linesWith, marked } from './ansi-lines.ts'
import './log.css'
import { type ReadLog, useLog } from './use-log.ts'

/** The log of an attempt, while it grows. */
export function AttemptLog({ attempt }: { readonly attempt: string }) {
  return <LogView log={useLog(attempt)} attempt={attempt} />
}

/** The log that stands in the record of a task, of which no attempt is known. */
export function RecordedLog({ text }: { readonly text: string }) {
  const read = new AnsiLines()
  read.add(text)
  read.end()
  return <LogView log={{ lines: read.lines, state: 'ended' }} />
}

const LINE_HEIGHT = 19
/** Whoever is so near to the end wants to see it. */
const NEAR_END = 40

function LogView({ log: { lines, state }, attempt }: { readonly log: ReadLog; readonly attempt?: string }) {
  const [wanted, setWanted] = useState('')
  const [at, setAt] = useState(0)
  const [wrap, setWrap] = useState(true)
  const [follow, setFollow] = useState(true)
  const scroller = useRef<HTMLElement>(null)
  const hits = linesWith(lines, wanted)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  })
  const running = state === 'reading'
  useEffect(() => {
    if (follow && running && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [follow, running, lines.length, virtual])
  const step = (by: number) => {
    if (hits.length === 0) return
    const next = (at + by + hits.length) % hits.length
    setAt(next)
    setFollow(false)
    virtual.scrollToIndex(hits[next]!, { align: 'center' })
  }
  return (
    <div className="log-view">
      <Group className="log-tools" gap="xs">
        <TextInput
          size="xs"
          aria-label="Find in the log"
          placeholder="Find in the log"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={wanted}
          onChange={(event) => {
            setWanted(event.currentTarget.value)
            setAt(0)
            const [first] = linesWith(lines, event.currentTarget.value)
            if (first === undefined) return
            setFollow(false)
            virtual.scrollToIndex(first, { align: 'center' })
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
          }}
        />
        {wanted !== '' && (
          <>
            <Text size="xs" aria-live="polite">
              {hits.length === 0 ? 'in no line' : `line ${at + 1} of ${inThousands(hits.length)}`}
            </Text>
            <ActionIcon
              variant="default"
              aria-label="Line before"
              disabled={hits.length === 0}
              onClick={() => step(-1)}
            >
              <IconArrowUp size={14} aria-hidden />
            </ActionIcon>
            <ActionIcon variant="default" aria-label="Next line" disabled={hits.length === 0} onClick={() => step(1)}>
              <IconArrowDown size={14} aria-hidden />
            </ActionIcon>
          </>
        )}
        <Switch size="xs" label="Wrap" checked={wrap} onChange={(event) => setWrap(event.currentTarget.checked)} />
        {running && (
          <Switch
            size="xs"
            label="Follow"
            checked={follow}
            onChange={(event) => setFollow(event.currentTarget.checked)}
          />
        )}
        {attempt !== undefined && (
          <Button
            size="compact-sm"
            variant="subtle"
            component="a"
            href={logAddress(attempt)}
            download={`${attempt}.log`}
            leftSection={<IconDownload size={14} aria-hidden />}
          >
            Save
          </Button>
        )}
      </Group>
      <section
        ref={scroller}
        className="log-lines"
        data-wrap={wrap || undefined}
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard
        tabIndex={0}
        onWheel={({ currentTarget: { scrollTop, scrollHeight, clientHeight }, deltaY }) => {
          if (deltaY < 0) setFollow(false)
          else if (scrollHeight - scrollTop - clientHeight < NEAR_END) setFollow(true)
        }}
      >
        {lines.length === 0 ? (
          <p className="log-nothing">{running ? 'Nothing was printed yet.' : 'Nothing was printed.'}</p>
        ) : (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map(({ index, start, key }) => (
              <div
                key={key}
                ref={virtual.measureElement}
                data-index={index}
                className="log-line"
                data-at={(wanted !== '' && hits[at] === index) || undefined}
                style={{ top: start }}
              >
                <Shown line={lines[index]!} wanted={wanted} />
              </div>
            ))}
          </div>
        )}
      </section>
      <Text size="xs" className="soft" aria-live="polite">
        {state === 'reading' && 'Live: what is printed appears here. '}
        {state === 'failed' && 'The log cannot be read any further. Open it again when the server is there. '}
        {inThousands(lines.length)} {lines.length === 1 ? 'line' : 'lines'}
      </Text>
    </div>
  )
}

const Shown = memo(function Shown({ line, wanted }: { readonly line: Line; readonly wanted: string }) {
  let place = 0
  return marked(line, wanted).map(({ text, look, colour, found }) => {
    const style = colour === undefined ? undefined : { color: `rgb(${colour})` }
    place += text.length
    return found ? (
      <mark key={place}>{text}</mark>
    ) : (
      <span key={place} className={look} style={style}>
        {text}
      </span>
    )
  })
})
