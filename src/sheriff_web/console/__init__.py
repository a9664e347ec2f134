"""One page for whoever is on call: is the caller being served, what can be done, and what happened in that call.

Rendered here, whole, and readable without any script; `assets/console.js` only refreshes what stands on it.
"""
