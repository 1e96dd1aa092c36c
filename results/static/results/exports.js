// An export that is being made: the page is asked for again until it is ready.
setTimeout(() => location.reload(), 3000);
