// Adds each request to the page as the issuer answers it. The server renders and escapes; this only puts it in place.
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
  live.textContent = 'The mock does not answer; this page goes on when it is back.'
}

document.getElementById('only-refused').addEventListener('change', (event) => {
  steps.classList.toggle('only-refused', event.target.checked)
})
document.getElementById('clear').addEventListener('click', () => {
  steps.replaceChildren()
  document.getElementById('empty').hidden = false
})
