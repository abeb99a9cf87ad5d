"""The keyboard: which keys do what, the page that shows them and the one that changes them."""
