// Puts the typeface, the scripts and the pictures beside the style sheet that sass has made.
import { copyFileSync, readdirSync } from "node:fs"
import { join } from "node:path"

const source = "web/assets/src"
const target = "web/assets/build"
const typeface = "node_modules/@fontsource-variable/figtree/files"

for (const script of ["latin", "latin-ext"]) {
  const name = `figtree-${script}-wght-normal.woff2`
  copyFileSync(join(typeface, name), join(target, name))
}
for (const name of readdirSync(source)) {
  if (/\.(js|svg)$/.test(name)) copyFileSync(join(source, name), join(target, name))
}
