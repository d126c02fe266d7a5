// Puts the typeface, the scripts and the pictures beside the style sheet that sass has made.
import { copyFileSync, readdirSync } from "node:fs"
import { join } from "node:path"

const source = "web/assets/src"
const target = "web/assets/build"
const typefaces = "node_modules/@fontsource-variable"
// Figtree is ours; the others write the names of languages that few machines have letters for.
const fonts = { figtree: ["latin", "latin-ext"], "noto-sans-arabic": ["arabic"], "noto-sans-bengali": ["bengali"] }

for (const [family, scripts] of Object.entries(fonts)) {
  for (const script of scripts) {
    const name = `${family}-${script}-wght-normal.woff2`
    copyFileSync(join(typefaces, family, "files", name), join(target, name))
  }
}
for (const name of readdirSync(source)) {
  if (/\.(js|svg)$/.test(name)) copyFileSync(join(source, name), join(target, name))
}
