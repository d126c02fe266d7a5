// The first page rests when nobody is there. The first touch only wakes it.
export function rest() {
  const saver = document.querySelector("[data-screensaver]")
  const after = Number(document.body.dataset.saver) * 1000
  if (!saver || !after) return
  let timer
  const again = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      saver.hidden = false
    }, after)
  }
  const wake = (event) => {
    if (!saver.hidden) {
      event.preventDefault()
      event.stopPropagation()
      saver.hidden = true
    }
    again()
  }
  for (const name of ["click", "keydown"]) document.addEventListener(name, wake, { capture: true })
  document.addEventListener("pointerdown", again, { capture: true, passive: true })
  again()
}
