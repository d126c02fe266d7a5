// While somebody types into the search, the names of what fits so far are offered. Without this the search is the same.
{
  const box = document.querySelector("[data-suggest]")
  const list = box && document.getElementById(box.getAttribute("list"))
  const WAIT = 200 // milliseconds after the last letter
  let waiting = 0
  let asked = ""

  const suggest = async () => {
    const text = box.value.trim()
    if (text.length < 2 || text === asked) return
    asked = text
    const answer = await fetch(`${box.dataset.suggest}?text=${encodeURIComponent(text)}`).catch(() => null)
    if (!answer || !answer.ok || box.value.trim() !== text) return // offline, or typed on meanwhile
    const { names } = await answer.json()
    list.replaceChildren(...names.map((name) => Object.assign(document.createElement("option"), { value: name })))
  }

  if (list) {
    box.addEventListener("input", () => {
      clearTimeout(waiting)
      waiting = setTimeout(suggest, WAIT)
    })
  }
}
