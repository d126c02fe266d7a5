// Front Door on another page: a button, and behind it the conversation in a frame of its own. Nothing else is touched:
// no cookie, no storage, no style but in our own shadow. Without this script the plain link beside it does the same.
((script, start) => {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", () => start(script))
  else start(script)
})(document.currentScript, (script) => {
  const home = new URL(script.src).origin
  const { language = "en", label, inline } = script.dataset
  const texts = __TEXTS__
  const [open, close, newTab] = texts[language] || texts.en
  const sheet = window.CSSStyleSheet && "replaceSync" in CSSStyleSheet.prototype && new CSSStyleSheet()
  if (!sheet || !Element.prototype.attachShadow || !window.HTMLDialogElement) return

  sheet.replaceSync(`
    :host { all: initial }
    * { box-sizing: border-box; font: 400 19px/1.3 system-ui, sans-serif }
    button, a { min-height: 44px; padding: 10px 16px; border: 0; border-radius: 4px; color: #fff; background: #0b6157; cursor: pointer }
    .open { position: fixed; z-index: 2147483646; right: 16px; bottom: 16px; min-height: 48px; font-weight: 700; box-shadow: 0 2px 0 #052b27 }
    button:hover { background: #084a42 }
    :focus-visible { outline: 3px solid #fd0; outline-offset: 0; box-shadow: 0 0 0 6px #14211f }
    dialog { position: fixed; z-index: 2147483647; inset: auto 16px 16px auto; flex-direction: column; width: 420px; max-width: calc(100vw - 32px); height: min(720px, calc(100dvh - 32px)); margin: 0; padding: 0; border: 2px solid #0f4a4b; border-radius: 4px; background: #fff; overflow: hidden }
    dialog[open] { display: flex }
    .bar { display: flex; flex: none; justify-content: space-between; background: #0f4a4b }
    .bar > * { font-size: 16px; background: none; border-radius: 0 }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: #fff }
    .inline { position: absolute; inset: 0; width: 100%; height: 100% }
    @media (max-width: 640px), (max-height: 480px) { dialog { inset: 0; width: 100vw; max-width: none; height: 100dvh; max-height: none; border: 0; border-radius: 0 } }
    @media print { .open, dialog { display: none } }
  `)

  const make = (name, values, ...children) => {
    const made = Object.assign(document.createElement(name), values)
    made.append(...children)
    return made
  }
  const body = make("div")
  const root = body.attachShadow({ mode: "open" })
  root.adoptedStyleSheets = [sheet]
  const frame = make("iframe", { title: label || open, referrerPolicy: "no-referrer" })
  const load = () => {
    if (!frame.src) frame.src = `${home}/embed?language=${encodeURIComponent(language)}`
  }
  let loaded = false
  frame.addEventListener("load", () => {
    if (!frame.src) return
    frame.contentWindow.postMessage("front-door:hello", home)
    if (!loaded && root.activeElement) frame.focus() // only now: a frame that is still empty loses it again
    loaded = true
  })

  // In a place of the page's own, which keeps its height: the frame lies over it and moves nothing.
  const place = inline && document.getElementById(inline)
  if (place) {
    place.style.position = "relative"
    for (const child of place.children) child.style.visibility = "hidden"
    frame.className = "inline"
    load()
    root.append(frame)
    place.append(body)
    return
  }

  const button = make("button", { className: "open", type: "button" }, label || open)
  const away = make("button", { type: "button" }, close)
  const link = make("a", { href: `${home}/`, target: "_blank", rel: "noopener" }, newTab)
  const bar = make("div", { className: "bar" }, link, away)
  const panel = make("dialog", { id: "panel" }, bar, frame)
  panel.setAttribute("aria-label", label || open)
  button.setAttribute("aria-expanded", "false")
  button.setAttribute("aria-controls", "panel")
  const full = matchMedia("(max-width: 640px), (max-height: 480px)")
  button.addEventListener("click", () => {
    if (panel.open) return panel.close()
    load()
    if (full.matches) panel.showModal()
    else panel.show()
    button.setAttribute("aria-expanded", "true")
    if (loaded) frame.focus()
  })
  panel.addEventListener("close", () => {
    button.setAttribute("aria-expanded", "false")
    button.focus()
  })
  away.addEventListener("click", () => panel.close())
  panel.addEventListener("keydown", ({ key }) => key === "Escape" && panel.close())
  addEventListener("message", ({ source, origin, data }) => {
    if (source === frame.contentWindow && origin === home && data === "front-door:close") panel.close()
  })
  root.append(button, panel)
  document.body.append(body)
})
