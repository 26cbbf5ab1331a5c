// Adds each answered request to the page. The server renders and escapes the HTML; this script only inserts it.
const steps = document.getElementById('steps')
const live = document.getElementById('live')
const follow = document.getElementById('follow')

function add(html) {
  steps.insertAdjacentHTML('beforeend', html)
  document.getElementById('empty').hidden = true
  if (follow.checked) steps.lastElementChild.scrollIntoView({ block: 'nearest' })
}

const source = new EventSource(`events?after=${steps.dataset.last}`)
source.onopen = () => {
  live.textContent = 'Live: requests appear here as they are answered.'
}
source.onmessage = (event) => add(JSON.parse(event.data))
source.onerror = () => {
  live.textContent = 'The mock does not answer; this page continues when it answers again.'
}

document.getElementById('only-refused').addEventListener('change', (event) => {
  steps.classList.toggle('only-refused', event.target.checked)
})
document.getElementById('clear').addEventListener('click', () => {
  steps.replaceChildren()
  document.getElementById('empty').hidden = false
})
