import { Alert, Button, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'

type Decode = (video: HTMLVideoElement) => Promise<string | undefined>

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>
}

const LOOK_MS = 250

/** The browser's own reader of codes; where it has none, one in JavaScript. */
async function decoder(): Promise<Decode> {
  const Own = (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector
  if (Own) {
    const detector = new Own()
    return async (video) => (await detector.detect(video))[0]?.rawValue
  }
  const { BinaryBitmap, HybridBinarizer, MultiFormatReader, RGBLuminanceSource } = await import('@zxing/library')
  const reader = new MultiFormatReader()
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  return async (video) => {
    const { videoWidth: width, videoHeight: height } = video
    if (width === 0) return undefined
    canvas.width = width
    canvas.height = height
    context.drawImage(video, 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    const grey = new Uint8ClampedArray(width * height)
    for (let at = 0; at < grey.length; at += 1)
      grey[at] = (data[4 * at]! + 2 * data[4 * at + 1]! + data[4 * at + 2]!) >> 2
    try {
      return reader.decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(grey, width, height)))).getText()
    } catch {
      // No code in sight.
      return undefined
    }
  }
}

const end = (stream: MediaStream | undefined): void => {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/**
 * Reads a code with the camera, or what a hand scanner or a person types.
 *
 * @param onText  true when it meant something
 */
export default function Scanner({
  onText,
  onClose,
}: {
  readonly onText: (text: string) => boolean
  readonly onClose: () => void
}) {
  const video = useRef<HTMLVideoElement>(null)
  const [trouble, setTrouble] = useState<string>()
  const [typed, setTyped] = useState('')
  const [unknown, setUnknown] = useState<string>()
  const heard = useRef(onText)
  heard.current = onText

  useEffect(() => {
    let stream: MediaStream | undefined
    let timer: ReturnType<typeof setInterval> | undefined
    let over = false
    const begin = async () => {
      if (!navigator.mediaDevices)
        return setTrouble('The browser gives its camera to encrypted pages only (https). A hand scanner works without.')
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      } catch {
        return setTrouble('There is no camera, or you did not allow it. A hand scanner works without.')
      }
      if (over || !video.current) return end(stream)
      video.current.srcObject = stream
      await video.current.play().catch(() => undefined)
      const decode = await decoder()
      let looking = false
      timer = setInterval(async () => {
        if (looking || over || !video.current) return
        looking = true
        const text = await decode(video.current).catch(() => undefined)
        looking = false
        if (text && !over && !heard.current(text)) setUnknown(text)
      }, LOOK_MS)
    }
    void begin()
    return () => {
      over = true
      clearInterval(timer)
      end(stream)
    }
  }, [])

  return (
    <Modal opened onClose={onClose} title="Scan a cage or an animal">
      <Stack>
        {trouble ? <Alert color="orange">{trouble}</Alert> : <video ref={video} className="camera" muted playsInline />}
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (!onText(typed)) setUnknown(typed)
            setTyped('')
          }}
        >
          <TextInput
            data-autofocus
            size="md"
            label="Or scan with a hand scanner, or type a name"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            rightSectionWidth={80}
            rightSection={
              <Button type="submit" size="compact-md" variant="light">
                Go
              </Button>
            }
          />
        </form>
        {unknown && (
          <Text role="alert" size="sm" c="var(--bad)">
            Nothing of this round is called “{unknown.slice(0, 80)}”. It shows animals on water restriction, and those
            that had surgery within a week.
          </Text>
        )}
      </Stack>
    </Modal>
  )
}
