// Requests of this page. What changes something brings the token, which no other page has.

const token = document.querySelector("meta[name=token]").content;

export async function post(path, wish) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-token": token },
    body: JSON.stringify(wish),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

export async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error("it is no longer kept");
  return answer.json();
}
