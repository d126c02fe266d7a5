// Reads the screen aloud with the browser's own voice, in the language of each part. No voice, no button.
export function offerReading() {
  const button = document.querySelector("[data-read-aloud]")
  const synth = window.speechSynthesis
  if (!button || !synth) return
  const label = button.textContent
  const wanted = document.documentElement.lang
  const speaks = (language) => synth.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language))
  const offer = () => {
    button.hidden = !speaks(wanted)
  }
  offer()
  synth.addEventListener?.("voiceschanged", offer)
  const quiet = () => {
    synth.cancel()
    button.textContent = label
  }
  button.addEventListener("click", () => {
    if (synth.speaking) {
      quiet()
      return
    }
    for (const [text, language] of said()) {
      const voice = speaks(language)
      if (!voice) continue
      const words = new SpeechSynthesisUtterance(text)
      words.voice = voice
      words.lang = voice.lang
      words.rate = 0.95
      words.onend = () => {
        if (!synth.speaking && !synth.pending) button.textContent = label
      }
      synth.speak(words)
    }
    button.textContent = button.dataset.stop
  })
  addEventListener("pagehide", quiet)
}

// What a person would read, top to bottom: a text and its language.
function said() {
  const parts = document.querySelectorAll("main :is(h1, h2, p, li, dt, dd, label, button, a)")
  return [...parts]
    .filter((part) => part.checkVisibility() && !part.closest("[data-keys]") && !part.parentElement.closest("main :is(p, li:not(:has(p, h2)), label, button, a)"))
    .filter((part) => part.tagName !== "LI" || !part.querySelector("p, h2"))
    .map((part) => [part.textContent.replace(/\s+/g, " ").trim(), part.closest("[lang]").lang.slice(0, 2)])
    .filter(([text]) => text)
}
